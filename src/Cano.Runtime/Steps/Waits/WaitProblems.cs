namespace Cano.Runtime.Steps.Waits;

/// <summary>What is wrong with waits beyond what a definition tells.</summary>
internal static class WaitProblems
{
    /// <summary>Nothing can be sent to the runs.</summary>
    public static string Unreachable(string state) =>
        $"State '{state}' waits for signals alone, and nothing can be sent to its runs, which would wait for ever: "
        + "run the workflow in a CanoEngine, whose store keeps inboxes, or say with After when the wait is over";
}
