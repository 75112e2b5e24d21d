"""Codes of languages, and the codes of countries that are written for them."""

from __future__ import annotations

from typing import Final

CODES: Final = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu "
    "cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi "
    "ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks "
    "ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu bh in iw ji jw mo sh".split()
)
"""ISO 639-1: every language of two letters; then those that were one once."""

_OF_COUNTRIES: Final = {
    **dict.fromkeys(("au", "gb", "us"), "en"),
    **dict.fromkeys(("hk", "cn"), "zh"),
    "al": "sq",
    "at": "de",
    "by": "be",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "il": "he",
    "ir": "fa",
    "jp": "ja",
    "kz": "kk",
    "mx": "es",
    "ph": "tl",
    "pk": "ur",
    "rs": "sr",
    "ua": "uk",
    "vn": "vi",
}


_SHORTER: Final = dict(
    pair.split(":")
    for pair in "ara:ar ces:cs chi:zh cze:cs dan:da deu:de dut:nl ell:el eng:en fas:fa fin:fi "
    "fra:fr fre:fr ger:de gre:el heb:he hin:hi hun:hu ita:it jpn:ja kor:ko nld:nl nor:no "
    "per:fa pol:pl por:pt ron:ro rum:ro rus:ru spa:es swe:sv tur:tr ukr:uk vie:vi zho:zh".split()
)
"""Codes of three letters for languages that have one of two: a tag must have that (BCP 47)."""


def problem(tag: str) -> tuple[str, str] | None:
    """What is wrong with a tag of letters that are no language, and what to write.

    Longer codes are some eight thousand; who writes a rare one knows it.
    """
    code, *rest = tag.lower().split("-")
    if code in _SHORTER:
        written = "-".join([_SHORTER[code], *tag.split("-")[1:]])
        return f"is '{tag}', whose language has a shorter code", f"write {written}"
    if len(code) != len("en") or code in CODES:
        return None
    meant = _OF_COUNTRIES.get(code)
    hint = f"write {'-'.join([meant, *rest])}" if meant else "write its code, such as en or pt-BR"
    return f"is '{tag}', the code of no language", hint
