"""Findings as plain text. No torch."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from pellucid.diagnosis.finding import Finding

HEALTHY = "Nothing is wrong with this training, as far as was looked."


def as_text(findings: Sequence[Finding], width: int = 100) -> str:
    """Return the findings as text, the first cause first.

    Example:
        >>> as_text([])
        'Nothing is wrong with this training, as far as was looked.'
    """
    return "\n\n".join(_one(finding, width) for finding in findings) if findings else HEALTHY


def _one(finding: Finding, width: int) -> str:
    where = [f"layer {finding.layer}"] if finding.layer else []
    where += [f"step {finding.step}"] if finding.step else []
    head = f"{finding.severity.upper()}: {finding.title}" + (f" ({', '.join(where)})" if where else "")
    rows = [
        ("measured", finding.measured),
        ("threshold", f"{finding.threshold} ({finding.origin})"),
        ("why", finding.reason),
        ("do", finding.remedy),
        ("tried", finding.proof),
        ("follows", "; ".join(f"{one.title} ({one.measured})" for one in finding.consequences)),
        ("learn", ", ".join(f"pellucid {name}" for name in finding.see)),
    ]
    return "\n".join([head, *(_row(name, text, width) for name, text in rows if text)])


def _row(name: str, text: str, width: int) -> str:
    indent = " " * 13
    lines = [textwrap.fill(line, width, initial_indent=indent, subsequent_indent=indent) for line in text.splitlines()]
    return f"  {name:<11}" + "\n".join(lines)[len(indent) :]
