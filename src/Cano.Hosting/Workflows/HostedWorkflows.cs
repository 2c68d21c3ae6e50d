using Cano.Hosting.Engines;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Hosting.Workflows;

/// <summary>The workflows of a host, as its container gives them.</summary>
internal sealed class HostedWorkflows(
    IEnumerable<WorkflowRegistration> registrations,
    IServiceProvider services,
    EngineSource engine
)
{
    private readonly HostedWorkflow[] _all =
    [
        .. registrations.Select(registration => registration.Of(services, engine)),
    ];

    /// <summary>The workflow of a name, the newest version of it; null when there is none with such
    /// states.</summary>
    public Workflow<TState>? Find<TState>(object? name)
        where TState : notnull =>
        Newest(_all.OfType<HostedWorkflow<TState>>().Where(workflow => workflow.Name.Equals(name)));

    /// <summary>The only one with such states, the newest version of it.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public Workflow<TState> Only<TState>()
        where TState : notnull
    {
        HostedWorkflow<TState>[] all = [.. _all.OfType<HostedWorkflow<TState>>()];
        string[] names = [.. all.Select(workflow => workflow.Name).Distinct()];
        return names.Length == 1
            ? Newest(all)!
            : throw new InvalidOperationException(
                $"Several workflows have states of type `{TypeNames.Of(typeof(TState))}`: ask for one by its name as key, {string.Join(", ", names.Select(name => $"\"{name}\""))}."
            );
    }

    /// <summary>Builds all, and tells everything that is wrong with any.</summary>
    /// <exception cref="CanoException">`configuration`.</exception>
    public void Validate() => TryAll(workflow => workflow.Validate());

    /// <exception cref="CanoException">`configuration`: what it cannot take.</exception>
    public void AddTo(CanoEngine engine) => TryAll(workflow => workflow.AddTo(engine));

    private void TryAll(Action<HostedWorkflow> act)
    {
        var problems = new List<string>();
        foreach (var workflow in _all)
        {
            try
            {
                act(workflow);
            }
            catch (CanoException wrong) when (wrong.Error.Problems.Count > 0)
            {
                problems.AddRange(wrong.Error.Problems.Select(problem => $"{workflow.Label}: {problem}"));
            }
            catch (Exception thrown)
            {
                problems.Add($"{workflow.Label}: it cannot be built: {UserText.Of(thrown)}");
            }
        }

        InvalidConfiguration.ThrowIfAny([.. problems]);
    }

    private static Workflow<TState>? Newest<TState>(IEnumerable<HostedWorkflow<TState>> workflows)
        where TState : notnull => workflows.MaxBy(workflow => workflow.Version)?.Value;
}
