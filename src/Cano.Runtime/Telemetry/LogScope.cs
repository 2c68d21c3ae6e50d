using System.Collections;

namespace Cano.Runtime.Telemetry;

/// <summary>What lines in the log carry that are written within it: of a run what its spans are told apart by
/// too.</summary>
internal sealed class LogScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _all = [];

    /// <param name="workflow">The workflow's name; null when it has none.</param>
    /// <param name="runId">The run's id; null when it has none.</param>
    public LogScope(string? workflow, string? runId)
    {
        Add(Tags.Workflow, workflow);
        Add(Tags.RunId, runId);
    }

    private LogScope(LogScope of, string state)
    {
        _all.AddRange(of._all);
        Add(Tags.State, state);
    }

    public int Count => _all.Count;

    public KeyValuePair<string, object?> this[int index] => _all[index];

    /// <summary>The same in a state.</summary>
    public LogScope In(string state) => new(this, state);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As loggers of text write it: "cano.workflow:orders cano.run.id:order-1".</summary>
    public override string ToString() => string.Join(' ', _all.Select(part => $"{part.Key}:{part.Value}"));

    private void Add(string name, string? value)
    {
        if (value is not null)
            _all.Add(new(name, value));
    }
}
