using Cano.Runtime.Checkpoints;

namespace Cano.Postgres.Commits;

/// <summary>What of a text PostgreSQL gives back. One row with another would have all rows of its statement
/// refused.</summary>
internal static class TextRule
{
    /// <exception cref="CanoException">`checkpoint_store`: the run's id, or a name in the row, is no such
    /// text.</exception>
    public static void Check(string runId, CheckpointRow row)
    {
        CheckId(runId);
        Check("a state", row.State);
        Check("a category", row.Category);
        if (row.Start is null)
            return;
        Check("a workflow's name", row.WorkflowName);
        Check("a run id", row.Start.Parent?.RunId);
        foreach (var (name, value) in row.Start.Tags)
        {
            Check("a tag's name", name);
            Check("a tag", value);
        }
    }

    /// <summary>As above, of a run's id.</summary>
    public static void CheckId(string runId)
    {
        if (RunIdRule.Problem(runId) is { } problem)
            throw Refusal(problem);
        Check("a run id", runId);
    }

    /// <summary>As above, of one text.</summary>
    public static void Check(string what, string? text)
    {
        if (
            text is not null
            && (text.Contains('\0', StringComparison.Ordinal) || StoredText.Length(text) is null)
        )
            throw Refusal($"PostgreSQL keeps no U+0000 and no half character, and {what} has one: '{text}'");
    }

    private static CanoException Refusal(string text) => new(CanoError.Of(Fault.NewCheckpointStore(text)));
}
