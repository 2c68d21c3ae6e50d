namespace Cano.Examples.Agent;

/// <summary>Tells when tasks wait for a person, and how they end; what they do meanwhile they tell
/// themselves.</summary>
public sealed class Notices(TextWriter output) : IWorkflowObserver
{
    /// <summary>The row is durable: what is decided from now on is about this call.</summary>
    public void OnWaiting(RunPoint at, RunWait wait)
    {
        if (wait.Signals.Count > 0)
            output.WriteLine($"{at.RunId}: {Words.Decide(at.RunId!)}");
    }

    public void OnRunEnd(RunPoint at, RunEnd end) =>
        output.WriteLine($"{end.RunId}: {Words.End(end.Status, end.ExitState, end.Error)}");
}
