using Cano.Progress.Boards;
using Cano.Progress.Views;
using Spectre.Console;

namespace Cano;

/// <summary>Shows on the console how far runs are: what an observer hears, drawn.</summary>
/// <remarks>One is enough for all runs of an engine. The view is there while runs are under way, and its last
/// picture stays. A console that fails is not written to again, and changes nothing else.</remarks>
public sealed class ConsoleProgress : IWorkflowObserver
{
    private readonly Board _board = new();
    private readonly Screen _screen;
    private readonly TimeProvider _time;

    /// <param name="console">Where to; the process's own output unless given.</param>
    /// <param name="time">The watcher's clock, not the runs'; the system's unless given.</param>
    public ConsoleProgress(IAnsiConsole? console = null, TimeProvider? time = null)
    {
        console ??= AnsiConsole.Console;
        _time = time ?? TimeProvider.System;
        IView view = LiveView.IsPossible(console) ? new LiveView(console) : new LineView(console);
        _screen = new Screen(_board, view, _time);
    }

    void IWorkflowObserver.OnRunStart(RunPoint at) => Begin(at, "begins");

    void IWorkflowObserver.OnResume(RunPoint at, long sequence)
    {
        Begin(at, $"goes on in {at.State}");
        var now = _time.GetTimestamp();
        _board.Tell(at, run => run.Return(at.State, now));
    }

    void IWorkflowObserver.OnRunEnd(RunPoint at, RunEnd end)
    {
        _board.End(at, end, _time.GetTimestamp());
        _screen.Ended();
    }

    void IWorkflowObserver.OnSuspended(RunPoint at)
    {
        _board.Rest(at, _time.GetTimestamp());
        _screen.Ended();
    }

    void IWorkflowObserver.OnStateEnter(RunPoint at)
    {
        var now = _time.GetTimestamp();
        _board.Tell(at, run => run.Enter(at.State, now));
    }

    void IWorkflowObserver.OnTaskStart(RunPoint at) => Branch(at, state => state.Branches.Begin());

    void IWorkflowObserver.OnTaskSuccess(RunPoint at) => Branch(at, state => state.EndBranch(at.Task, true));

    void IWorkflowObserver.OnTaskFailure(RunPoint at, CanoError error) =>
        Branch(at, state => state.EndBranch(at.Task, false));

    void IWorkflowObserver.OnBranchNotNeeded(RunPoint at) =>
        Branch(at, state => state.EndBranch(at.Task, null));

    void IWorkflowObserver.OnRetry(RunPoint at, TimeSpan delay) =>
        _board.Tell(at, run => run.Of(at.State).Retries++);

    void IWorkflowObserver.OnProgress(RunPoint at, RunProgress progress)
    {
        var now = _time.GetTimestamp();
        _board.Tell(at, run => run.Of(at.State).Items.Report(at.Task, progress, now));
    }

    void IWorkflowObserver.OnWaiting(RunPoint at, RunWait wait) =>
        _board.Tell(at, run => run.Doing = $"waits {wait}");

    void IWorkflowObserver.OnSignal(RunPoint at, string signal) => _board.Tell(at, run => run.Doing = null);

    void IWorkflowObserver.OnCompensationStart(RunPoint at) =>
        _board.Tell(at, run => run.Doing = $"undoes {at.State}");

    private void Begin(RunPoint at, string how)
    {
        _board.Begin(at, how, _time.GetTimestamp());
        _screen.Begun();
    }

    /// <summary>The task of a branch is called as the contract of observers says: "name[index]".</summary>
    private void Branch(RunPoint at, Action<StateView> change)
    {
        if (at.Task.EndsWith(']'))
            _board.Tell(at, run => change(run.Of(at.State)));
    }
}
