using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps.Children;

namespace Cano.CSharp;

/// <summary>A workflow value of which a state of another one starts runs.</summary>
internal sealed class ChildOf<TChild> : ChildWorkflow<TChild>, IChildValue
    where TChild : notnull
{
    private readonly Workflow<TChild> _workflow;
    private readonly TChild _initial;

    /// <exception cref="CanoException">`configuration`: the workflow has no name.</exception>
    public ChildOf(Workflow<TChild> workflow, TChild initial)
    {
        ArgumentNullException.ThrowIfNull(workflow, "child");
        ArgumentNullException.ThrowIfNull(initial);
        Name =
            workflow.Setup.Name
            ?? throw InvalidConfiguration.Of("A workflow of children needs a name: call WithName");
        _workflow = workflow;
        _initial = initial;
    }

    public override string Name { get; }

    public override uint Version => _workflow.Setup.Version;

    public override string InitialState => _workflow.Setup.States.NameOf(_initial);

    public override StateData InitialData(ValueCodec values) =>
        _workflow.Setup.States.Carries(_initial)
            ? StateData.Of(_initial, _workflow.Setup.States.Write(_initial, values))
            : StateData.None;

    public override Type? Accepts => _workflow.Setup.Options.Accepts;

    public override int SuffixMax => _workflow.Setup.SuffixMax;

    public override TChild ExitOf(string runId, string exit, StateData data, ValueCodec values)
    {
        var states = _workflow.Setup.States;
        foreach (var known in _workflow.Setup.Exits)
            if (states.NamesOf(known).Contains(exit))
                return states.Carries(known) ? states.Read(known, data.Bytes, values) : known;
        throw new CanoException(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"child '{runId}' came to exit '{exit}', which this version of workflow '{Name}' does not have"
                )
            )
        );
    }

    public void AddTo(IKnownWorkflows workflows) => workflows.Add(_workflow, _initial);
}
