using Cano.Runtime.Scope;
using LanguageExt;

namespace Cano.CSharp.Scheduling;

/// <summary>A flow that runs many instances at once.</summary>
/// <param name="workflow">What is run.</param>
/// <param name="runs">Who works on the runs.</param>
internal sealed class ConcurrentFlowWork<TState>(ConcurrentWorkflow<TState> workflow, IFlowRuns runs)
    : IFlowWork
    where TState : notnull
{
    private readonly IReadOnlyList<(string Name, Workflow<TState> Bound, TState Initial)> _instances =
    [
        .. workflow.Instances.Select(it => (it.Name, runs.Bound(it.Workflow), it.Initial)),
    ];
    private IReadOnlyList<FlowMember>? _members;

    public bool IsConcurrent => true;

    public bool IsOfHost => _instances.Any(it => it.Bound.Setup.Owner is not null);

    public IReadOnlyList<FlowMember> Members =>
        _members ??= [.. _instances.Select(it => FlowMember.Of(it.Name, it.Bound.Compiled))];

    public bool IsHealing => runs.IsHealing;

    public Task HealAsync() => runs.HealAsync();

    public IEnumerable<string> Problems(string flow) =>
        from it in _instances
        from problem in it
            .Bound.ProblemsFrom(it.Initial)
            .Concat(InputProblems(it.Bound))
            .Concat(FlowMember.IdProblems(it.Bound.Setup.Options, flow, it.Name))
        select $"instance '{it.Name}': {problem}";

    public IFlowWork In(IFlowRuns others) => new ConcurrentFlowWork<TState>(workflow, others);

    public async Task<WorkOutcome> RunAsync(FlowOccurrence occurrence)
    {
        var (results, failures) = await workflow
            .OrchestrateAsync(RunAsync, occurrence.Stop)
            .ConfigureAwait(false);
        return new WorkOutcome(Verdict(results, failures, occurrence))
        {
            CompletedCount = results.Completed,
            FailedCount = results.Failed,
            Dirty =
            [
                .. failures
                    .Where(failure => failure.Error.Fault.IsCompensationFailed)
                    .Select(failure => failure.Name),
            ],
        };

        ValueTask<Either<CanoError, TState>> RunAsync(
            ConcurrentInstance<TState> instance,
            CancellationToken cancel
        ) =>
            runs.RunAsync(
                new WantedOccurrence<TState>(
                    instance.Workflow,
                    instance.Initial,
                    occurrence.RunId(instance.Name),
                    () => null
                ),
                occurrence with
                {
                    Stop = cancel,
                }
            );
    }

    /// <summary>Enough completed instances are a success, whatever became of the others; without a quota, no
    /// failure is. While instances rest, it is not over.</summary>
    private CanoError? Verdict(
        ConcurrentResults<TState> results,
        IReadOnlyList<(string Name, CanoError Error)> failures,
        FlowOccurrence occurrence
    ) =>
        results.Completed >= workflow.Quota ? null
        : failures.Any(failure => failure.Error.Fault.IsSuspended) ? FlowOccurrence.Rests
        : failures.Count > 0 ? failures[0].Error
        : occurrence.Stop.IsCancellationRequested && results.Cancelled > 0 ? CanoError.Of(Fault.Cancelled)
        : null;

    private static string[] InputProblems(Workflow<TState> bound) =>
        RunInputs.Problem(bound.Setup.Name, bound.Setup.Options.Accepts, given: null) is { } problem
            ? [problem]
            : [];
}
