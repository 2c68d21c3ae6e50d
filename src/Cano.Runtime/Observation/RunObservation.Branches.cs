namespace Cano.Runtime.Observation;

// What branches of a split do.
internal sealed partial class RunObservation
{
    public void BranchStarted(string state, string name, int index)
    {
        var at = BranchPoint(state, name, index);
        observers.Tell(observer => observer.OnTaskStart(at));
        if (observers.HasListeners)
            observers.TellListeners(listener => listener.OnBranchStart(at, index));
    }

    /// <param name="state">The split's state.</param>
    /// <param name="name">The branch's task.</param>
    /// <param name="index">The branch's place.</param>
    /// <param name="error">Why it failed or was stopped; null when it succeeded.</param>
    public void BranchEnded(string state, string name, int index, CanoError? error)
    {
        var at = BranchPoint(state, name, index);
        _progress?.TellRest(at);
        observers.Tell(observer =>
        {
            if (error is null)
                observer.OnTaskSuccess(at);
            else
                observer.OnTaskFailure(at, error);
        });
        BranchLeft(at, index, error is null ? BranchEnd.Succeeded : BranchEnd.Failed, error);
    }

    /// <summary>The join is decided without the branch, which has stopped.</summary>
    public void BranchNotNeeded(string state, string name, int index)
    {
        var at = BranchPoint(state, name, index);
        _progress?.TellRest(at);
        observers.Tell(observer => observer.OnBranchNotNeeded(at));
        BranchLeft(at, index, BranchEnd.NotNeeded, null);
    }

    /// <summary>The branch's own breaker refused an attempt; its end follows.</summary>
    public void BranchRefused(string state, string name, int index)
    {
        var at = BranchPoint(state, name, index);
        observers.Tell(observer => observer.OnCircuitOpen(at));
    }

    public void BranchRetries(
        string state,
        (string Name, int Index) branch,
        int attempt,
        TimeSpan delay,
        CanoError error
    ) => Retries(BranchPoint(state, branch.Name, branch.Index) with { Attempt = attempt }, delay, error);

    private void BranchLeft(RunPoint at, int index, BranchEnd how, CanoError? error)
    {
        if (observers.HasListeners)
            observers.TellListeners(listener => listener.OnBranchEnd(at, index, how, error));
    }

    private RunPoint BranchPoint(string state, string name, int index) =>
        new(runId, state, $"{name}[{index}]", 1);
}
