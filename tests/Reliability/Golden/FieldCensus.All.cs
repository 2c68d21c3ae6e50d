namespace Cano.Reliability.Golden;

// What a golden journal of version 2 has to have: every field, and where one may be absent, one without it.
internal sealed partial class FieldCensus
{
    private static IEnumerable<string> All =>
        [
            .. Numbers("status ", 1, 2, 3, 4, 5, 6, 7, 8),
            .. Numbers("row.", 2, 3, 4, 5, 6, 8, 10, 12, 14, 16),
            .. Numbers("start.", 1, 2, 3, 4, 5, 6, 7, 8, 10),
            .. Numbers("wait.", 2, 4, 6),
            .. Numbers("durable.", 2, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20),
            .. Numbers("listing.", 2),
            .. Numbers("error ", [.. Enumerable.Range(1, 24)]),
            .. Numbers("data ", 1, 2, 3, 4),
            .. Numbers("entry of kind ", 1, 2),
            .. Numbers("entry.", 2, 4, 6, 8),
            .. Numbers("child's status ", 4, 5, 6, 7, 8),
            .. With(
                "signal's id",
                "signal value",
                "item value",
                "child's input value",
                "child's output value"
            ),
            .. With("branch value", "error of a branch", "child's exit", "error of a child", "child's index"),
            .. With("child's version", "index of a child that ended", "end of a wait", "failed attempt"),
            .. With("failed poll", "error of a compensation", "reason", "error's state", "error's path"),
            .. With("branch that failed", "branch that was not needed", "error's attempt"),
            "branch that succeeded",
            "child's sequence",
            "tracestate",
            "parent's key",
            "split value",
            "input value",
            "output value",
            "entry value",
        ];

    private static IEnumerable<string> Numbers(string of, params int[] numbers) =>
        numbers.Select(number => $"{of}{number}");

    /// <summary>Each there in one place, and absent in another.</summary>
    private static IEnumerable<string> With(params string[] fields) =>
        fields.SelectMany(field => new[] { field, $"no {field}" });
}
