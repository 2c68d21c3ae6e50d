using LanguageExt;

namespace Cano;

/// <summary>A flow that runs a workflow.</summary>
internal sealed class FlowWork<TState>(Workflow<TState> workflow, TState initial) : IFlowWork
    where TState : notnull
{
    private IReadOnlyList<FlowMember>? _members;

    public bool IsConcurrent => false;

    public IReadOnlyList<FlowMember> Members => _members ??= [FlowMember.Of("", workflow.Compiled)];

    public IEnumerable<string> Problems() => workflow.ProblemsFrom(initial);

    public async Task<WorkOutcome> RunAsync(string flow, DateTimeOffset occurrence, CancellationToken stop)
    {
        var id = OccurrenceId.Of(flow, occurrence);
        var outcome = await OccurrenceRun
            .TryRunAsync(workflow.Compiled, initial, id, stop)
            .ConfigureAwait(false);
        return outcome.Match(
            Right: _ => new WorkOutcome(null),
            Left: error => new WorkOutcome(error) { Dirty = error.Fault.IsCompensationFailed ? [""] : [] }
        );
    }
}

/// <summary>A flow that runs many instances at once.</summary>
internal sealed class ConcurrentFlowWork<TState>(ConcurrentWorkflow<TState> workflow) : IFlowWork
    where TState : notnull
{
    private IReadOnlyList<FlowMember>? _members;

    public bool IsConcurrent => true;

    public IReadOnlyList<FlowMember> Members =>
        _members ??= [
            .. workflow.Instances.Select(instance =>
                FlowMember.Of(instance.Name, instance.Workflow.Compiled)
            ),
        ];

    public IEnumerable<string> Problems() =>
        from instance in workflow.Instances
        from problem in instance.Workflow.ProblemsFrom(instance.Initial)
        select $"instance '{instance.Name}': {problem}";

    public async Task<WorkOutcome> RunAsync(string flow, DateTimeOffset occurrence, CancellationToken stop)
    {
        var results = await workflow.OrchestrateAsync(RunAsync, stop).ConfigureAwait(false);
        var failures = (
            from pair in results.Outcomes
            from error in pair.Value.LeftToSeq()
            where !error.Fault.IsCancelled
            select (pair.Key, Error: error)
        ).ToList();
        return new WorkOutcome(Verdict())
        {
            CompletedCount = results.Completed,
            FailedCount = results.Failed,
            Dirty =
            [
                .. failures.Where(pair => pair.Error.Fault.IsCompensationFailed).Select(pair => pair.Key),
            ],
        };

        ValueTask<Either<CanoError, TState>> RunAsync(
            ConcurrentInstance<TState> instance,
            CancellationToken cancel
        ) =>
            OccurrenceRun.TryRunAsync(
                instance.Workflow.Compiled,
                instance.Initial,
                OccurrenceId.Of(flow, occurrence, instance.Name),
                cancel
            );

        // Enough completed instances are a success, whatever became of the others; without a quota, no failure is.
        CanoError? Verdict()
        {
            if (results.Completed >= workflow.Quota)
                return null;
            if (failures is [var (_, first), ..])
                return first;
            return stop.IsCancellationRequested && results.Cancelled > 0
                ? CanoError.Of(Fault.Cancelled)
                : null;
        }
    }
}
