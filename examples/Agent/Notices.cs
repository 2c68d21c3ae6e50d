namespace Cano.Examples.Agent;

/// <summary>Tells how tasks end; what they do meanwhile they tell themselves.</summary>
public sealed class Notices(TextWriter output) : IWorkflowObserver
{
    public void OnRunEnd(RunPoint at, RunEnd end) =>
        output.WriteLine($"{end.RunId}: {Words.End(end.Status, end.ExitState, end.Error)}");
}
