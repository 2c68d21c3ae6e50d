using Cano.Runtime.Scope;

namespace Cano.CSharp.Scheduling;

/// <summary>A flow that runs a workflow.</summary>
/// <param name="workflow">What is run.</param>
/// <param name="initial">Where runs begin.</param>
/// <param name="input">What they are given; null for nothing.</param>
/// <param name="runs">Who works on them.</param>
internal sealed class FlowWork<TState>(
    Workflow<TState> workflow,
    TState initial,
    FlowInput? input,
    IFlowRuns runs
) : IFlowWork
    where TState : notnull
{
    private readonly Workflow<TState> _bound = runs.Bound(workflow);
    private readonly AskedInput _input = new(input);
    private IReadOnlyList<FlowMember>? _members;

    public bool IsConcurrent => false;

    public bool IsOfHost => _bound.Setup.Owner is not null;

    public IReadOnlyList<FlowMember> Members => _members ??= [FlowMember.Of("", _bound.Compiled)];

    public bool IsHealing => runs.IsHealing;

    public Task HealAsync() => runs.HealAsync();

    public IEnumerable<string> Problems(string flow) =>
        [
            .. _bound.ProblemsFrom(initial),
            .. InputProblems(),
            .. FlowMember.IdProblems(_bound.Setup.Options, flow),
        ];

    public IFlowWork In(IFlowRuns others) => new FlowWork<TState>(workflow, initial, input, others);

    public async Task<WorkOutcome> RunAsync(FlowOccurrence occurrence)
    {
        var wanted = new WantedOccurrence<TState>(
            workflow,
            initial,
            occurrence.RunId(),
            () => _input.Of(occurrence.At)
        );
        var outcome = await runs.RunAsync(wanted, occurrence).ConfigureAwait(false);
        return outcome.Match(
            Right: _ => new WorkOutcome(null),
            Left: error => new WorkOutcome(error) { Dirty = error.Fault.IsCompensationFailed ? [""] : [] }
        );
    }

    private string[] InputProblems()
    {
        var (name, accepts) = (_bound.Setup.Name, _bound.Setup.Options.Accepts);
        var problem = input is null
            ? RunInputs.Problem(name, accepts, given: null)
            : input.Problem(name, accepts);
        return problem is null ? [] : [problem];
    }
}
