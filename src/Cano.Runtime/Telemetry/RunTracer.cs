using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Telemetry;

/// <summary>The spans of one run, by what observers are told of it.</summary>
/// <param name="of">What its spans are told apart by.</param>
/// <param name="origin">Where it comes from.</param>
internal sealed class RunTracer(WorkflowTags of, RunOrigin origin) : IRunListener
{
    // Branches run beside the run's own path, and are asked for there.
    private readonly ConcurrentDictionary<int, Activity> _branches = [];
    private Activity? _run;
    private Activity? _state;
    private Activity? _attempt;
    private Activity? _wait;
    private Activity? _undo;
    private RestStatus _rest;

    /// <summary>The innermost span of what the run itself does; null when nobody wants it.</summary>
    public Activity? Current => _undo ?? _attempt ?? _wait ?? _state ?? _run;

    /// <summary>What follows in the caller's method is within the innermost span.</summary>
    public void Flow() => Activity.Current = Current ?? Activity.Current;

    /// <summary>The span in which the user's code is called; null when nobody wants it.</summary>
    public Activity? Of(UserCall call) =>
        call.Branch is { } index ? _branches.GetValueOrDefault(index) ?? _state ?? _run : Current;

    public void OnRunStart(RunPoint at)
    {
        var parent = Activity.Current?.Context ?? Spans.Read(origin.Starter);
        BeginRun(Spans.Make(of.Named(Spans.Run), parent, of.Run(at.RunId)));
    }

    public void OnResume(RunPoint at, long sequence)
    {
        var links = new[]
        {
            Link("before", origin.Before),
            Link("starter", origin.Starter),
        }.OfType<ActivityLink>();
        BeginRun(Spans.Make(of.Named(Spans.Run), default, of.Run(at.RunId), links));
    }

    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        _run?.SetTag(Tags.Status, Tags.Of(end.Status));
        Close(end.Error);
    }

    public void OnSuspended(RunPoint at)
    {
        _run?.SetTag(Tags.Status, _rest.Tag);
        Close(null);
    }

    public void OnStateEnter(RunPoint at)
    {
        End(ref _state);
        Enter(at);
    }

    public void OnFailing(RunPoint at, CanoError error) => Fail(_state, error);

    public void OnAttemptStart(RunPoint at)
    {
        var attempt = of.State(at);
        attempt.Add(Tags.Attempt, at.Attempt);
        Begin(ref _attempt, Within(Spans.Attempt, Entered(at), at, attempt));
    }

    public void OnAttemptEnd(RunPoint at, CanoError? error) =>
        End(ref _attempt, error is null ? BranchEnd.Succeeded : BranchEnd.Failed, error);

    public void OnBranchStart(RunPoint at, int index)
    {
        var branch = of.State(at);
        branch.Add(Tags.Branch, index);
        if (Within(Spans.Branch, Entered(at), at, branch) is not { } span)
            return;
        _branches[index] = span;
        Spans.Start(span);
    }

    public void OnBranchEnd(RunPoint at, int index, BranchEnd how, CanoError? error)
    {
        _branches.TryRemove(index, out var branch);
        End(ref branch, how, error);
    }

    public void OnWaiting(RunPoint at, RunWait wait)
    {
        _rest.Waits();
        Begin(ref _wait, Within(Spans.Wait, Entered(at), at, of.State(at)));
    }

    public void OnWaitEnd(RunPoint at)
    {
        _rest.WaitEnds();
        End(ref _wait);
    }

    public void OnCompensationStart(RunPoint at)
    {
        _rest.GoesBack();
        End(ref _state);
        Begin(ref _undo, Within(Spans.Compensation, _run, at, of.State(at)));
    }

    public void OnCompensationSuccess(RunPoint at) => End(ref _undo, BranchEnd.Succeeded, null);

    public void OnCompensationFailure(RunPoint at, CanoError error) =>
        End(ref _undo, BranchEnd.Failed, error);

    /// <summary>A run that goes on in the midst of a state enters none.</summary>
    private Activity? Entered(RunPoint at)
    {
        if (_state is null)
            Enter(at);
        return _state;
    }

    private void Enter(RunPoint at) => Begin(ref _state, Within(Spans.State, _run, at, of.State(at)));

    /// <summary>A part of a span; of one that nobody wants none is.</summary>
    private static Activity? Within(string what, Activity? whole, RunPoint at, in TagList tags) =>
        whole is null ? null : Spans.Make($"{what} {at.State}", whole.Context, tags);

    private static ActivityLink? Link(string to, RunTrace? told) =>
        Spans.Read(told) is var context && context != default
            ? new ActivityLink(context, new() { [Tags.Link] = to })
            : null;

    private void BeginRun(Activity? span)
    {
        try
        {
            Begin(ref _run, span);
        }
        finally
        {
            // It has its id as soon as it is started, whatever whoever hears of it does.
            if (span is not null && Spans.Told(span) is { } told)
                origin.Keep?.Invoke(told);
        }
    }

    /// <summary>Ends all that is open: what was cut off with the run, then the run.</summary>
    private void Close(CanoError? error)
    {
        Activity?[] open = [_attempt, _wait, _undo, .. _branches.Values, _state, _run];
        Fail(_run, error);
        _branches.Clear();
        _attempt = _wait = _undo = _state = _run = null;
        Stop(open);
    }

    /// <summary>Whoever hears of one and throws keeps none of the others open.</summary>
    private static void Stop(IEnumerable<Activity?> open)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var span in open.OfType<Activity>())
            try
            {
                Spans.Stop(span);
            }
            catch (Exception thrown)
            {
                first ??= ExceptionDispatchInfo.Capture(thrown);
            }

        first?.Throw();
    }

    // Whoever listens may throw: what is told of next must be in its place by then.
    private static void Begin(ref Activity? place, Activity? span)
    {
        place = span;
        if (span is not null)
            Spans.Start(span);
    }

    private static void End(ref Activity? place, BranchEnd how, CanoError? error)
    {
        place?.SetTag(Tags.Outcome, Tags.Of(how));
        Fail(place, error);
        End(ref place);
    }

    private static void End(ref Activity? place)
    {
        var span = place;
        place = null;
        if (span is not null)
            Spans.Stop(span);
    }

    private static void Fail(Activity? span, CanoError? error)
    {
        if (span is null || error is null)
            return;
        span.SetTag(Tags.Error, error.Category);
        span.SetStatus(ActivityStatusCode.Error, error.Message);
    }
}
