using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;
using Cano.Runtime.Steps;

namespace Cano.Testing.Contexts;

/// <summary>The visit for which the engine's own bodies perform a task in a test. Attempts are neither timed
/// nor guarded nor repeated, and every state may follow.</summary>
internal sealed partial class TestVisit<TState> : VisitScope<TState>
    where TState : notnull
{
    private readonly TaskContext _context;
    private readonly TestRun _run;
    private byte[]? _cursor;
    private TState? _next;
    private Exception? _kept;
    private ExceptionDispatchInfo? _thrown;

    public TestVisit(TaskContext context)
        : this(context, TestRun.Of(context)) { }

    private TestVisit(TaskContext context, TestRun run)
        : base(run.Resources, run.RunId) => (_context, _run) = (context, run);

    public override Plan Plan => _run.Plan;

    public override RunOptions Options => _run.Options;

    public override long Visit => _run.Run.Visit;

    public override DurableState Durable => _run.Run.Durable;

    public override IInbox? Inbox => null;

    public override Kernel.Cursor? Cursor =>
        _cursor is { } value ? new Kernel.Cursor(value, Durable.Sequence, 1) : null;

    public override StopTokens Stop => new(_run.Token);

    public override OptionalRunState OptionalState { get; } = new();

    /// <summary>Keys are the context's, which are those of its run.</summary>
    protected override string? KeyPart => null;

    public override ValueTask<T> CallAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => body(_context, _run.Begin(_context));

    public override ValueTask<T> CallToTheEndAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => CallAsync(rules, body);

    public override ValueTask<T> CallStepAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => CallStepAsync(StopToken, body);

    public override ValueTask<T> CallInGraceAsync<T>(
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => CallStepAsync(CancellationToken.None, body);

    public override TaskContext NewContext()
    {
        var context = _run.NewContext();
        context.BeginStep(in _run.Run, StopToken);
        return context;
    }

    public override ValueTask<bool> UndoInTimeAsync(
        TimeSpan? limit,
        Func<TaskContext, CancellationToken, ValueTask<bool>> undo
    ) => undo(UndoContext(), CancellationToken.None);

    private TaskContext UndoContext()
    {
        _context.BeginUndo(_run.Run.State, Visit, 1, CancellationToken.None);
        return _context;
    }

    public override async ValueTask CloseStreamAsync()
    {
        if (OptionalState.OpenStream is not { } stream)
            return;
        OptionalState.OpenStream = null;
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // A run logs it; a test is told, unless the stream has failed before.
            _thrown ??= ExceptionDispatchInfo.Capture(thrown);
        }
    }

    public override void Keep(Exception thrown) => _kept = thrown;

    public override CanoError Faulted(Exception thrown)
    {
        _thrown = ExceptionDispatchInfo.Capture(thrown);
        return Faults.OfTask(thrown);
    }

    public override RunEvent Refused() => RunEvent.NewAnswered(Visit, Answer.Refused);

    public override RunEvent Stopped() => RunEvent.CallerCancelled;

    public override RunEvent Answered(TState next)
    {
        _next = next;
        return RunEvent.NewAnswered(Visit, Answer.NewSucceeded(Target.Of(_run.Run.State)));
    }

    /// <summary>A test asks for the output itself.</summary>
    public override Answer? UnreturnedWithoutRows(int next) => null;

    public override bool TryTarget(TState state, long beside, out Target target)
    {
        _next = state;
        target = Target.Of(_run.Run.State);
        return true;
    }

    /// <summary>Every state may follow.</summary>
    public override CanoError Unknown(TState state) => throw new InvalidOperationException();

    public override object StateOf(int number, in StateData data) => _run.StateOf(number, in data);

    private ValueTask<T> CallStepAsync<T>(
        CancellationToken token,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    )
    {
        _context.BeginStep(in _run.Run, token);
        return body(_context, token);
    }

    /// <summary>The answer of what a body did; what the task has thrown is thrown on.</summary>
    private RunEvent Unfailed(RunEvent happened)
    {
        _thrown?.Throw();
        return happened is RunEvent.Answered { Answer: Answer.FailedForGood failed }
            ? throw new CanoException(failed.Error, _kept)
            : happened;
    }

    /// <summary>Whether the body has come to a cursor, and is not done.</summary>
    private static bool IsAdvanced(RunEvent happened, [NotNullWhen(true)] out byte[]? cursor)
    {
        cursor = happened is RunEvent.Answered { Answer: Answer.Advanced advanced } ? advanced.Cursor : null;
        return cursor is not null;
    }
}
