namespace Cano.Reliability.Journals;

/// <summary>What must hold of a journal that was opened after a crash or damage.</summary>
internal static class Invariants
{
    private const string UnknownRun = "unknown run ";

    /// <summary>Acknowledged is within recovered, recovered within attempted, row for row; nothing is
    /// damaged.</summary>
    public static void Whole(Expected expected, Recovered recovered)
    {
        foreach (var (id, run) in recovered.Runs)
        {
            Broken.Unless(run.Damage is null, $"damage where there is none: {run.Damage}");
            Broken.Unless(expected.Runs.ContainsKey(id), $"'{id}' was never attempted");
        }

        foreach (var (id, states) in expected.Runs)
            Broken.Unless(states.Any(state => recovered.Is(id, state)), Wrong(id, states, recovered));
    }

    /// <summary>Each run is whole or reported. A run may be missing when the journal says that runs may be; a
    /// run that was over may be back when its clear is lost.</summary>
    /// <returns>How many runs are reported, and whether anything is not as it would be without the
    /// damage.</returns>
    public static (int Reported, bool IsTouched) Told(Expected expected, Expected ever, Recovered recovered)
    {
        var reported = recovered.Damaged.ToArray();
        var hasUnknown = reported.Any(IsUnknownRun);
        var isTouched = reported.Length > 0;
        foreach (var id in recovered.Runs.Keys)
            Broken.Unless(
                expected.Runs.ContainsKey(id) || (IsUnknownRun(id) && recovered.Runs[id].Damage is not null),
                $"'{id}' was never attempted"
            );

        foreach (var (id, states) in expected.Runs)
        {
            if (states.Any(state => recovered.Is(id, state)))
                continue;
            isTouched = true;
            var isMissing = !recovered.Runs.TryGetValue(id, out var run);
            var isBack = ever.Of(id).Any(state => state.IsOver && recovered.Is(id, state));
            var isReported = run?.Damage is not null || ((isMissing || isBack) && hasUnknown);
            Broken.Unless(isReported, $"silent damage: {Wrong(id, states, recovered)}");
        }

        foreach (var id in reported)
            Broken.Unless(
                IsNamed(id, recovered.Runs[id].Damage!),
                $"the damage of '{id}' is not named: {recovered.Runs[id].Damage}"
            );
        return (reported.Length, isTouched);
    }

    /// <summary>The stand-in for runs of which nothing is left.</summary>
    public static bool IsUnknownRun(string id) =>
        id.StartsWith(UnknownRun + "at log address ", StringComparison.Ordinal);

    private static bool IsNamed(string id, string damage) =>
        IsUnknownRun(id)
            ? damage.Contains(id[UnknownRun.Length..], StringComparison.Ordinal)
            : damage.Contains($"run_id={id} sequence=", StringComparison.Ordinal)
                || damage.Contains($"inbox run_id={id} number=", StringComparison.Ordinal);

    private static string Wrong(string id, IReadOnlyList<RunState> states, Recovered recovered)
    {
        var run = recovered.Runs.GetValueOrDefault(id);
        var found = run?.Damage ?? Told(run?.Rows ?? [], run?.Inbox ?? []);
        var wanted = string.Join(" or ", states.Select(state => Told(state.Rows, state.Inbox)));
        return $"'{id}' has {found}; expected {wanted}";
    }

    private static string Told(IReadOnlyList<CheckpointRow> rows, IReadOnlyList<InboxItem> inbox) =>
        rows.Count == 0
            ? "no rows"
            : $"{rows.Count} rows from {rows[0].Sequence}: "
                + string.Join(' ', rows.Select(row => row.Payload?.Length ?? 0))
                + string.Concat(inbox.Select(item => $", {item} as {item.Number}"));
}
