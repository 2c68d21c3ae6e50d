using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Testing.Contexts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Testing;

/// <summary>Runs a task of any kind without a workflow: <see cref="For"/> makes the context that its body
/// gets, and `context.RunAsync(task)` calls it once and gives what a task of its kind answers.</summary>
/// <remarks>What the body throws is thrown on as it is. What a <see cref="TaskConfig"/> says is the
/// workflow's to do: here is neither a retry nor an attempt timeout nor a circuit breaker. A test framework
/// may have a type of this name too; then `using TestContext = Cano.Testing.TestContext;` tells which is
/// meant.</remarks>
public static partial class TestContext
{
    /// <summary>The context of a task. What tasks put into its store can be read from it, and one context
    /// serves as many calls as one likes, though one at a time.</summary>
    /// <param name="resources">What the task asks for: <see cref="Resources.From"/> makes them of services.
    /// Nobody sets them up or tears them down. A plain <see cref="MemoryStore"/> under "store" unless
    /// given.</param>
    /// <param name="runId">The run's id; "run" unless given.</param>
    /// <param name="state">The stable name of the task's state; "State" unless given.</param>
    /// <param name="visit">Which visit of the run this is, from 0. It stands in the effect key,
    /// `{run}/contextoftest/{visit}`, which is the same in every context for the same run and visit.</param>
    /// <param name="attempt">Which attempt, from 1.</param>
    /// <param name="split">What became of the branches of the split before the state; null when none
    /// was.</param>
    /// <param name="time">The clock, a <see cref="VirtualTime"/> for instance; the system's unless
    /// given.</param>
    /// <param name="random">Samples for the jitter of an item's retry; always the same ones unless
    /// given.</param>
    /// <param name="logger">What is logged and how far the task is; nobody hears it unless given.</param>
    /// <param name="input">What the run was given, which the task gets as a journaled run gives it; nothing
    /// unless given.</param>
    /// <param name="stateValue">The state as <see cref="TaskContext.StateAs"/> gives it, with what it
    /// carries; none unless given.</param>
    /// <param name="cancellationToken">The token that bodies get. A compensation, and what ends a stream that
    /// is told to stop, get one that is never signalled.</param>
    public static TaskContext For(
        Resources? resources = null,
        string runId = "run",
        string state = "State",
        long visit = 0,
        int attempt = 1,
        SplitResult? split = null,
        TimeProvider? time = null,
        Random? random = null,
        ILogger? logger = null,
        object? input = null,
        object? stateValue = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentException.ThrowIfNullOrEmpty(state);
        ArgumentOutOfRangeException.ThrowIfNegative(visit);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var options = new RunOptions
        {
            Time = time ?? TimeProvider.System,
            Random = random ?? new Random(0),
            Logger = logger ?? NullLogger.Instance,
        };
        var given = input is null ? null : new GivenInput(input, input.GetType());
        var ending = split is null ? null : SplitEnding.Of(split);
        var begun = Begun(ending, StateData.Of(stateValue, null), visit, attempt);
        var (own, _) = (resources ?? new TestResources().Resources).ForRun(null, options.Values);
        return new TestRun(state, options, own, runId, begun, cancellationToken)
        {
            Values = RunInputs.OfFresh(given, RunInputs.Store(runId, given, options), options),
        }.NewContext();
    }

    private static Run Begun(SplitEnding? split, StateData data, long visit, int attempt) =>
        new(DurableStateModule.empty, Phase.Running, split, data, visit, 0, attempt, RunMode.None);

    /// <summary>What tasks in this context have set as the run's output, the newest.</summary>
    /// <exception cref="CanoException">`output_missing`: nothing.</exception>
    public static T Output<T>(this TaskContext context)
    {
        var run = TestRun.Of(context);
        return run.Values?.Output is { } output
            ? run.Options.Values.Read<T>(output.Json)!
            : throw new CanoException(
                CanoError.Of(Fault.NewOutputMissing("no task in this context has set an output"))
            );
    }
}
