using Cano.Kernel;

namespace Cano.Runtime.StoredRuns;

/// <summary>Where the children of runs are: they are begun there, looked at, and cancelled.</summary>
internal interface IChildRuns
{
    /// <summary>The end of a child, if it has come to one; one that is not there is begun, one that nobody
    /// works on is taken up.</summary>
    /// <param name="parent">The run that waits for it.</param>
    /// <param name="child">The child.</param>
    /// <exception cref="CanoException">`workflow`: the run of its id is no child of this parent; `suspended`:
    /// nothing is begun now.</exception>
    /// <exception cref="StoppedWaitException">It cannot be looked at.</exception>
    ValueTask<ChildEnding?> LookAsync(RunParent parent, AwaitedChild child);

    /// <summary>As <see cref="LookAsync"/>, but one that has not ended is told to stop for good, and one that
    /// is not there is begun as cancelled.</summary>
    /// <param name="parent">The run that does not need it any more.</param>
    /// <param name="child">The child.</param>
    /// <exception cref="StoppedWaitException">It cannot be told.</exception>
    ValueTask<ChildEnding?> RecallAsync(RunParent parent, AwaitedChild child);

    /// <summary>The rows of a parent have the end of a child, which is kept from now on as any other ended
    /// run.</summary>
    void Retire(string childId);

    /// <summary>Rings whenever a child of this parent has ended, until the watch is given up. Ringing is
    /// short and throws nothing.</summary>
    IDisposable Watch(string parentId, Action<string> ended);
}
