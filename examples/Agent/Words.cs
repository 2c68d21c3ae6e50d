using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>How things are said.</summary>
public static class Words
{
    /// <summary>What a person is to decide.</summary>
    public static string Asks(int step, ToolCall call) => $"{step}. asks for: {call}";

    /// <summary>And how.</summary>
    public static string Decide(string id) => $"`allow {id}`, or `refuse {id} <why>`";

    /// <summary>Where a task is.</summary>
    public static string Of(RunInfo run) =>
        run switch
        {
            { HasEnded: true } => End(run.Status, run.State, run.Error),
            _ when RunWords.Trouble(run) is { } trouble => trouble,
            { Waiting: not null } => "waits for you",
            _ => $"in {run.State}",
        };

    /// <param name="status">What it has come to.</param>
    /// <param name="exit">Where, when it is completed.</param>
    /// <param name="error">Why not.</param>
    public static string End(RunStatus status, string? exit, CanoError? error) =>
        status switch
        {
            RunStatus.Completed => $"{exit}",
            RunStatus.Cancelled => "cancelled",
            RunStatus.Failed => $"failed, see `retry`: {error?.Message}",
            _ => $"{status}: {error?.Message}",
        };
}
