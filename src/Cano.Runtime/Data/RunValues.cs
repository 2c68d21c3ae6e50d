namespace Cano.Runtime.Data;

/// <summary>What goes into a run, and what comes out of it.</summary>
/// <param name="input">What it was given; null for nothing.</param>
/// <param name="output">Of a resumed run the newest output that its rows tell of.</param>
internal sealed class RunValues(RunInput? input, StoredValue? output = null)
{
    private readonly Lock _gate = new();
    private StoredValue? _output = output;
    private bool _isNew;
    private (long Visit, object Items)? _listed;
    private (SplitResult Split, object Results)? _branches;

    /// <summary>Null when the run was given nothing.</summary>
    public RunInput? Input => input;

    /// <summary>The newest output; null while there is none.</summary>
    public StoredValue? Output
    {
        get
        {
            lock (_gate)
                return _output;
        }
        set
        {
            lock (_gate)
                (_output, _isNew) = (value, true);
        }
    }

    /// <summary>The items that a visit has listed; null when it has listed none yet.</summary>
    public IReadOnlyList<TItem>? ItemsOf<TItem>(long visit)
    {
        lock (_gate)
            return _listed is { } listed && listed.Visit == visit ? (IReadOnlyList<TItem>)listed.Items : null;
    }

    /// <summary>Keeps the items of a visit, in the place of those of an earlier one.</summary>
    public void KeepItems<TItem>(long visit, IReadOnlyList<TItem> items)
    {
        lock (_gate)
            _listed = (visit, items);
    }

    /// <summary>What became of the branches of a split; null when this process does not know.</summary>
    public object? ResultsOf(SplitResult split)
    {
        lock (_gate)
            return _branches is { } known && ReferenceEquals(known.Split, split) ? known.Results : null;
    }

    /// <summary>Keeps what became of the branches of a split, in the place of an earlier one's.</summary>
    public void KeepResults(SplitResult split, object results)
    {
        lock (_gate)
            _branches = (split, results);
    }

    /// <summary>What a row says of the output: the newest where it changed since the row before, or
    /// always.</summary>
    public StoredValue? TakeOutput(bool always)
    {
        lock (_gate)
        {
            var told = always || _isNew ? _output : null;
            _isNew = false;
            return told;
        }
    }
}
