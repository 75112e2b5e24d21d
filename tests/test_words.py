# ruff: noqa: RUF001 - marks of other scripts are what is counted
"""Words are counted in every script, for lengths that an author is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prep_export.bank.check.words import count_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.reading import Reading


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The model reads a document and writes an answer – at once.", 12, 12),
        ("Das Modell liest ein Dokument und schreibt die Antwort, größer als zuvor.", 12, 12),
        ("모델은 문서를 읽고 답을 씁니다.", 5, 5),
        ("يقرأ النموذج المستند ويكتب الإجابة.", 5, 5),
        ("模型读取文件，然后写出答案。", 6, 7),  # 模型 读取 文件 然后 写出 答案
        ("使用 GPU 训练BERT模型", 5, 6),  # 使用 GPU 训练 BERT 模型
        ("モデルは文書を読んで答えを書きます。", 7, 10),  # モデル は 文書 を 読んで 答え を 書き
        ("โมเดลอ่านเอกสารแล้วเขียนคำตอบ", 5, 8),  # โมเดล อ่าน เอกสาร แล้ว เขียน คำตอบ
        ("。，！", 1, 1),
        ("", 0, 0),
    ],
)
def test_words_are_counted_with_and_without_spaces(text: str, least: int, most: int) -> None:
    assert least <= count_words(text) <= most


def test_a_long_answer_without_spaces_is_long(read: Callable[..., Reading]) -> None:
    text = (
        "bank: {{id: b, title: B, language: zh, style: {{answer_words: 20-150}}}}\n"
        "topics: {{rag: RAG}}\n"
        "questions: [{{id: q, topics: [rag], question: '问?', answer: '{}'}}]\n"
    )

    def codes(answer: str) -> set[str]:
        found = read(text.format(answer), header=False).findings
        return {f.code for f in found if f.code in {"long-answer", "house-style"}}

    assert codes("模型读取文件，然后写出答案。" * 10) == set()
    assert codes("模型读取文件，然后写出答案。") == {"house-style"}
    assert codes("模型读取文件，然后写出答案。" * 60) == {"long-answer", "house-style"}
