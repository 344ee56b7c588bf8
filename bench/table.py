"""A table with the ratio first, for terminals and Markdown alike."""


class Table:
    """Rows of (ratio, target, what, ours, peer's)."""

    HEADER = ("ratio", "target", "what", "Vitrine", "peer")

    def __init__(self):
        self.rows = []

    def add(self, ratio, target, what, ours, peers):
        self.rows.append((ratio, target, what, ours, peers))
        print(f"  {ratio:>8}  {what}: {ours} against {peers} (target {target})", flush=True)

    def print(self):
        rows = [self.HEADER, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEADER))]
        rows.insert(1, tuple("-" * width for width in widths))
        print()
        for row in rows:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
