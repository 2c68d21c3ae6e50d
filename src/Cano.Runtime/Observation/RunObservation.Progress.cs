using Cano.Kernel;

namespace Cano.Runtime.Observation;

// What bodies say of how far they are.
internal sealed partial class RunObservation
{
    private IProgressReports? _progress;

    /// <summary>A body says how far it is; called from wherever it runs.</summary>
    public void Reports(RunPoint at, RunProgress progress) =>
        (Volatile.Read(ref _progress) ?? First()).Report(at with { RunId = runId }, progress);

    /// <summary>Branches may report for the first time at once; all must get the same.</summary>
    private IProgressReports First()
    {
        var made = reports(observers);
        return Interlocked.CompareExchange(ref _progress, made, null) ?? made;
    }

    /// <summary>The last report of a body is told before the body's end is. Of a branch its own end says
    /// so.</summary>
    private void TellRest(RunEvent happened)
    {
        if (
            happened.IsCompensationSucceeded
            || happened.IsCompensationFailed
            || happened is RunEvent.Answered { Answer.IsBranchesEnded: false }
        )
            _progress?.TellRest();
    }
}
