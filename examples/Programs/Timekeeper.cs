using Cano.Testing;

namespace Cano.Examples.Programs;

/// <summary>Turns a virtual clock to its next deadline as soon as so many branches of a split have answered:
/// a program shows what a time limit does without waiting for it, and the same on a slow machine.</summary>
/// <param name="state">The split's state.</param>
/// <param name="answers">How many branches answer in time, well or badly; the others never do.</param>
internal sealed class Timekeeper(string state, int answers) : IWorkflowObserver
{
    private int _answers;

    public VirtualTime Time { get; } = new();

    public void OnTaskSuccess(RunPoint at) => Count(at);

    public void OnTaskFailure(RunPoint at, CanoError error) => Count(at);

    private void Count(RunPoint at)
    {
        // Branches that are stopped at the deadline are told of, too: those come after it.
        if (at.State == state && Interlocked.Increment(ref _answers) == answers)
            Time.AdvanceToNext();
    }
}
