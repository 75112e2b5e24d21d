"""`prep-export site`: the study page of one bank."""

from __future__ import annotations

from prep_export.cli import options as opt
from prep_export.cli.output import NOTHING_WRITTEN, Talk, errors_as_status
from prep_export.cli.run import export_one


@opt.selects
def site(
    bank: opt.Bank = None,
    output: opt.Output = None,
    chosen: opt.Chosen = (),
    no_cache: opt.NoCache = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write a study page: one HTML file that opens anywhere, without a network.

    \b
    Examples:
      prep-export site                          decks/ID → out/ID.html
      prep-export site decks/llm -o llm.html
      prep-export site --topic rag --priority core -o rag.html
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk, NOTHING_WRITTEN):
        values = {"cache": "off"} if no_cache else {}
        export_one("site", bank, output, values, chosen, talk)
