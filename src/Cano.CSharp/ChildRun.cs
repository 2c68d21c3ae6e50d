using Cano.CSharp;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Children;

namespace Cano;

/// <summary>One of several runs that a state starts at once, each of a workflow of its own.</summary>
public sealed record ChildRun
{
    private ChildRun(NamedChild child) => Child = child;

    /// <summary>What tells it from the others: its id is `{run}/{visit}/{name}`.</summary>
    public string Name => Child.Name;

    internal NamedChild Child { get; }

    /// <summary>A run of a workflow that is given nothing.</summary>
    /// <param name="name">Not empty and without '/'. It stands in journals.</param>
    /// <param name="workflow">Has a name; an engine knows it with its parent.</param>
    /// <param name="initial">Where it begins.</param>
    /// <exception cref="ArgumentException">The name cannot be one.</exception>
    /// <exception cref="CanoException">`configuration`: the workflow has no name.</exception>
    public static ChildRun Of<TChild>(string name, Workflow<TChild> workflow, TChild initial)
        where TChild : notnull
    {
        var child = new ChildOf<TChild>(workflow, initial);
        return new(new NamedChild(Checked(name), child, _ => null));
    }

    /// <summary>A run of a workflow that is given what a function says, which is asked once a
    /// visit.</summary>
    /// <inheritdoc cref="Of{TChild}(string, Workflow{TChild}, TChild)"/>
    /// <param name="name">Not empty and without '/'. It stands in journals.</param>
    /// <param name="workflow">Has a name; an engine knows it with its parent.</param>
    /// <param name="initial">Where it begins.</param>
    /// <param name="input">What it is given; journaled by the parent.</param>
    public static ChildRun Of<TChild, TInput>(
        string name,
        Workflow<TChild> workflow,
        TChild initial,
        Func<TaskContext, TInput> input
    )
        where TChild : notnull
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(
            new NamedChild(
                Checked(name),
                new ChildOf<TChild>(workflow, initial),
                context => GivenInput.Of(input(context))
            )
        );
    }

    /// <summary>The name with the workflow: "stock: warehouse".</summary>
    public override string ToString() => $"{Name}: {Child.Workflow.Name}";

    private static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Contains('/', StringComparison.Ordinal)
            ? throw new ArgumentException(
                $"The name '{name}' of a child has a '/': leave it out.",
                nameof(name)
            )
            : name;
    }
}
