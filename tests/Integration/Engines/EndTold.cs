namespace Cano.Integration.Engines;

/// <summary>Does something whenever a run ends.</summary>
internal sealed class EndTold(Action<RunEnd> then) : IWorkflowObserver
{
    public void OnRunEnd(RunPoint at, RunEnd end) => then(end);
}
