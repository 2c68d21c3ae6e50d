namespace Cano.Reliability.Golden;

// Journaled branches, which give results.
internal sealed partial class GoldenWorkflow
{
    /// <summary>Branches of which one fails and one is not needed, a join that is met when its run is
    /// retried, and results that are summed up.</summary>
    private static string[] Splits => ["counted", "measured", "weighed"];

    private Workflow<string> WithSplits(Workflow<string> workflow) =>
        workflow
            .RegisterSplit(
                "counted",
                _ => Items("zwei", "", "drei", "nie"),
                Measure,
                JoinStrategy.PartialResults(2),
                (_, results) => results.Total == 4 ? "measures" : "end",
                OneByOne
            )
            .RegisterSplit(
                "measured",
                _ => Items("eins", "", "drei"),
                MeasureAtLast,
                JoinStrategy.All,
                (_, _) => "measures",
                OneByOne with
                {
                    WaitForAll = true,
                }
            )
            .RegisterSplit(
                "weighed",
                _ => Items("vier", "fünf"),
                Measure,
                JoinStrategy.All,
                (_, _) => "measures",
                OneByOne
            )
            .Register("measures", Measured, Once);

    /// <summary>Their rows come in one order.</summary>
    private static SplitConfig OneByOne =>
        new()
        {
            Journaled = true,
            Bulkhead = 1,
            Branch = Once,
        };

    private string[] Items(params string[] items)
    {
        tell($"lists {items.Length}");
        return items;
    }

    private ValueTask<Receipt> Measure(TaskContext context, string item, CancellationToken cancel)
    {
        tell($"measures '{item}'");
        return item.Length > 0
            ? new(new Receipt(item.Length, item))
            : throw new InvalidOperationException("on purpose");
    }

    /// <summary>All can be measured when the run is retried.</summary>
    private ValueTask<Receipt> MeasureAtLast(TaskContext context, string item, CancellationToken cancel) =>
        isRetry ? Measure(context, $"{item}!", cancel) : Measure(context, item, cancel);

    private string Measured(TaskContext context)
    {
        var results = context.BranchResults<string, Receipt>();
        var succeeded = results.Succeeded.Select(branch => $"{branch.Item} is {branch.Value.Number}");
        var failed = results.Failed.Select(branch => $"'{branch.Item}' {branch.Error.Category}");
        var rest = results.NotNeeded.Select(item => $"'{item}' not needed");
        tell(string.Join(" and ", [.. succeeded, .. failed, .. rest]));
        return "end";
    }
}
