using System.Diagnostics;
using Cano.Kernel;

namespace Cano.Runtime.Telemetry;

/// <summary>What spans and measurements of a workflow's runs are told apart by.</summary>
/// <param name="plan">The workflow's plan.</param>
internal sealed class WorkflowTags(Plan plan)
{
    /// <summary>A span's name: what it is, and the workflow's name if it has one.</summary>
    public string Named(string what) => plan.Definition.Name is { } name ? $"{what} {name}" : what;

    public TagList Run()
    {
        var tags = new TagList();
        if (plan.Definition.Name is { } name)
            tags.Add(Tags.Workflow, name);
        return tags;
    }

    /// <summary>Of one run: for spans and logs, of which there are as many as there are runs.</summary>
    public TagList Run(string? runId)
    {
        var tags = Run();
        if (runId is not null)
            tags.Add(Tags.RunId, runId);
        return tags;
    }

    public TagList State(string state) => State(state, Run());

    public TagList State(RunPoint at) => State(at.State, Run(at.RunId));

    private TagList State(string state, TagList tags)
    {
        tags.Add(Tags.State, state);
        if (plan.NumberOf(state) is >= 0 and var number && number < plan.Definition.States.Count)
            tags.Add(Tags.Kind, Tags.Of(plan.Definition.States[number].Step));
        return tags;
    }
}
