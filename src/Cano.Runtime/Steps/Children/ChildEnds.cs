using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Steps.Children;

namespace Cano;

/// <summary>How the children of several workflows that a state started at once have ended.</summary>
public sealed record ChildEnds
{
    private readonly Dictionary<string, (ChildWorkflow Workflow, ChildEnding Ending)> _ends = [];
    private readonly ValueCodec _values;

    internal ChildEnds(IEnumerable<(NamedChild Child, ChildEnding Ending)> ends, ValueCodec values)
    {
        foreach (var (child, ending) in ends)
            _ends.Add(child.Name, (child.Workflow, ending));
        _values = values;
    }

    /// <summary>Whether each of them came to an exit.</summary>
    public bool AllSucceeded => _ends.Values.All(end => end.Ending.Status == RowStatus.Completed);

    /// <summary>The end of the child with this name; its id is `{run}/{visit}/{name}`.</summary>
    /// <typeparam name="TChild">The states of its workflow.</typeparam>
    /// <exception cref="ArgumentException">There is none of this name, or its workflow has other
    /// states.</exception>
    public ChildEnd<TChild> Of<TChild>(string name)
        where TChild : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_ends.TryGetValue(name, out var end))
            throw new ArgumentException(
                $"There is no child '{name}'; there are {string.Join(", ", _ends.Keys)}.",
                nameof(name)
            );
        return end.Workflow is ChildWorkflow<TChild> workflow
            ? ChildEnd<TChild>.Of(end.Ending, workflow, _values)
            : throw new ArgumentException(
                $"Child '{name}' is a run of workflow '{end.Workflow.Name}', whose states are no {TypeNames.Of(typeof(TChild))}.",
                nameof(name)
            );
    }

    /// <summary>The names with their ends: "payment: Completed, stock: Failed".</summary>
    public override string ToString() =>
        string.Join(", ", _ends.Select(end => $"{end.Key}: {end.Value.Ending.Status}"));
}
