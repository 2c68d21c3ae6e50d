using LanguageExt;

namespace Cano.CSharp.Scheduling;

/// <summary>A flow that runs a workflow.</summary>
internal sealed class FlowWork<TState>(Workflow<TState> workflow, TState initial) : IFlowWork
    where TState : notnull
{
    private IReadOnlyList<FlowMember>? _members;

    public bool IsConcurrent => false;

    public IReadOnlyList<FlowMember> Members => _members ??= [FlowMember.Of("", workflow.Compiled)];

    public IEnumerable<string> Problems(string flow) =>
        [
            .. workflow.ProblemsFrom(initial),
            .. OccurrenceRun.InputProblems(workflow),
            .. OccurrenceRun.IdProblems(workflow.Setup.Options, flow),
        ];

    public async Task<WorkOutcome> RunAsync(FlowOccurrence occurrence)
    {
        var outcome = await OccurrenceRun
            .TryRunAsync(workflow.Compiled, initial, occurrence.RunId(), occurrence)
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

    public IEnumerable<string> Problems(string flow) =>
        from instance in workflow.Instances
        from problem in instance
            .Workflow.ProblemsFrom(instance.Initial)
            .Concat(OccurrenceRun.InputProblems(instance.Workflow))
            .Concat(OccurrenceRun.IdProblems(instance.Workflow.Setup.Options, flow, instance.Name))
        select $"instance '{instance.Name}': {problem}";

    public async Task<WorkOutcome> RunAsync(FlowOccurrence occurrence)
    {
        var (results, failures) = await workflow
            .OrchestrateAsync(RunAsync, occurrence.Stop)
            .ConfigureAwait(false);
        return new WorkOutcome(
            Verdict(
                results,
                failures.Count > 0 ? failures[0].Error : null,
                occurrence.Stop.IsCancellationRequested
            )
        )
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
            OccurrenceRun.TryRunAsync(
                instance.Workflow.Compiled,
                instance.Initial,
                occurrence.RunId(instance.Name),
                occurrence with
                {
                    Stop = cancel,
                }
            );
    }

    /// <summary>Enough completed instances are a success, whatever became of the others; without a quota, no
    /// failure is.</summary>
    private CanoError? Verdict(ConcurrentResults<TState> results, CanoError? firstFailure, bool isStopped) =>
        results.Completed >= workflow.Quota ? null
        : firstFailure is not null ? firstFailure
        : isStopped && results.Cancelled > 0 ? CanoError.Of(Fault.Cancelled)
        : null;
}
