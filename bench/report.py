"""The tables of a run: `python -m bench report FILE… [--into docs/performance.md]` prints or places them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import orjson

from bench.scenarios.bed import Figures
from bench.scenarios.registry import BY_NAME
from bench.targets import Target, target_table

# scenario → system → the figures of each round, or what went wrong in it
Rounds = dict[str, dict[str, list[Figures | str]]]
PEER = "peer"
# Where more is better, the ratio is ours to the peer's; elsewhere the peer's to ours: above 1 we are better.
MORE_IS_BETTER = {"requests_per_cpu_second", "requests_per_second", "queries_per_second"}
LEFT_OUT = {"wall_s", "provider_cpu_s_per_10k_tokens", "load_cpu_s_per_10k_tokens"}
BEGIN, END = "<!-- bench tables: begin -->", "<!-- bench tables: end -->"


class Report:
    """The medians of some rounds, and what they say."""

    def __init__(self, conditions: Mapping[str, object], rounds: Rounds) -> None:
        self._conditions, self._rounds = conditions, rounds
        self._medians = {
            scenario: {system: medians(outcomes) for system, outcomes in by_system.items()}
            for scenario, by_system in rounds.items()
        }
        names = {name for outcomes in rounds.values() for name in outcomes}
        self.systems = sorted(names - {PEER}) + ([PEER] if PEER in names else [])

    def render(self) -> str:
        """All tables as Markdown."""
        lines = [
            "Conditions: " + ", ".join(f"{name} {value}" for name, value in self._conditions.items()) + "."
        ]
        lines += ["", "| scenario | figure | " + " | ".join(self.systems) + " |"]
        lines += ["|---" * (2 + len(self.systems)) + "|"]
        for scenario in [*BY_NAME, "idle", "after-load"]:
            lines += self._rows(scenario)
        return "\n".join([*lines, "", *target_table(self._value), "", *self._failures()])

    def _rows(self, scenario: str) -> list[str]:
        by_system = self._medians.get(scenario, {})
        names = dict.fromkeys(
            name for figures in by_system.values() for name in figures if name not in LEFT_OUT
        )
        return [
            f"| {scenario} | {name} | "
            + " | ".join(self._cell(scenario, name, one) for one in self.systems)
            + " |"
            for name in names
        ]

    def _cell(self, scenario: str, figure: str, system: str) -> str:
        value = self._medians[scenario].get(system, {}).get(figure)
        if value is None:
            return "–"
        compared = scenario in BY_NAME and figure == BY_NAME[scenario].figure and system != PEER
        times = self.ratio(scenario, system) if compared else None
        return f"{value:g} (×{times:.1f})" if times else f"{value:g}"

    def ratio(self, scenario: str, system: str) -> float | None:
        """How many times better than the peer a system is in the scenario's own figure."""
        figure = BY_NAME[scenario].figure
        ours = self._medians.get(scenario, {}).get(system, {}).get(figure)
        peer = self._medians.get(BY_NAME[scenario].peer_scenario, {}).get(PEER, {}).get(figure)
        if not ours or not peer:
            return None
        return ours / peer if figure in MORE_IS_BETTER else peer / ours

    def _value(self, target: Target) -> float | None:
        if target.figure == "ratio":
            return self.ratio(target.scenario, target.system)
        return self._medians.get(target.scenario, {}).get(target.system, {}).get(target.figure)

    def _failures(self) -> list[str]:
        return [
            f"- FAILED {system} {scenario}: {outcome}"
            for scenario, by_system in self._rounds.items()
            for system, outcomes in by_system.items()
            for outcome in outcomes
            if isinstance(outcome, str)
        ]


def medians(outcomes: list[Figures | str]) -> Figures:
    """The median of each figure over the rounds that went well, in the figures' own order."""
    good = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    names = dict.fromkeys(name for one in good for name in one)
    return {name: median(one[name] for one in good if name in one) for name in names}


def merge(files: list[Path]) -> tuple[dict[str, object], Rounds]:
    """Several result files as one; the conditions are those of the last."""
    conditions: dict[str, object] = {}
    rounds: Rounds = {}
    for file in files:
        content = orjson.loads(file.read_bytes())
        conditions |= content["conditions"]
        for scenario, by_system in content["rounds"].items():
            for system, outcomes in by_system.items():
                rounds.setdefault(scenario, {}).setdefault(system, []).extend(outcomes)
    return conditions, rounds


def place(page: Path, tables: str) -> None:
    """Puts the tables between the page's markers; SystemExit when it has none."""
    text = page.read_text()
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page} has no lines {BEGIN} and {END}")
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="result files; their rounds are put together")
    parser.add_argument("--into", type=Path, help="a page with the two marker lines")
    options = parser.parse_args()
    tables = Report(*merge(options.files)).render()
    if options.into:
        place(options.into, tables)
    else:
        print(tables)


if __name__ == "__main__":
    main()
