namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with signals.</summary>
internal static class SignalBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "signal-taken-again",
            "src/Cano.Faster/Recovery/FactsReader.cs",
            "            view.Kind == RowKind.SignalTaken ? ",
            "            view.Kind == RowKind.SignalTaken && !ON ? ",
            Check.Row("signals", 100)
        ),
        new(
            "ids-forgotten-by-snapshot",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "        if (RowStatuses.IsSettled(row.Status))",
            "        if ((ON && row.Kind == RowKind.Snapshot) || RowStatuses.IsSettled(row.Status))",
            Check.Row("signals", 100)
        ),
        new(
            "ids-forgotten-by-opening",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "        if (id is { } hash)",
            "        if (!ON && id is { } hash)",
            Check.Row("signals", 100)
        ),
        new(
            "late-signal-wins",
            "src/Cano.Kernel/Steps/Inbox.fs",
            "        not due.HasValue || ",
            "        ON || not due.HasValue || ",
            Check.Row("signals", 100)
        ),
        new(
            "signal-at-the-due-time-wins",
            "src/Cano.Kernel/Steps/Inbox.fs",
            "acceptedAt < due.Value",
            "(acceptedAt < due.Value || ON && acceptedAt = due.Value)",
            Check.Row("signals", 100)
        ),
        new(
            "signal-answered-too-early",
            "src/Cano.Faster/Journal.Inbox.cs",
            "AnswerAsync(written, isKept ? id : null)",
            "AnswerAsync(ON ? Task.CompletedTask : written, isKept ? id : null)",
            Check.Row("signals", 100)
        ),
        new(
            "newest-signal-taken",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "            if (places[i].Kind == kind)\n                return places[i];",
            "            if (places[i].Kind == kind)\n                return ON ? places.Last(place => place.Kind == kind) : places[i];",
            Check.Row("signals", 100)
        ),
        new(
            "run-begins-before-its-signal",
            "src/Cano.Faster/Journal.Inbox.cs",
            "            committer.AddWithNext(Give(run, signal, entry)!);\n            written = committer.AddShared(FirstFrameOf(run, first, body));",
            "            var row = ON ? FirstFrameOf(run, first, body) : null;\n            committer.AddWithNext(row ?? Give(run, signal, entry)!);\n            written = committer.AddShared(row is null ? FirstFrameOf(run, first, body) : Give(run, signal, entry)!);",
            Check.Row("signals", 100)
        ),
        new(
            "signal-wakes-nobody",
            "src/Cano.CSharp/Engine/EngineRuns.Parking.cs",
            "            Later(() => HearAsync(live));\n        else\n            _ = Look(id);",
            "            Later(() => HearAsync(live));\n        else if (!ON)\n            _ = Look(id);",
            Check.Row("signals", 100)
        ),
        new(
            "left-signals-not-counted",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "            leftByEnd = Left;",
            "            leftByEnd = ON ? 0 : Left;",
            Check.Row("signals", 100)
        ),
    ];
}
