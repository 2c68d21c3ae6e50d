namespace Cano.Runtime.Data;

/// <summary>What goes into a run, and what comes out of it.</summary>
/// <param name="input">What it was given; null for nothing.</param>
/// <param name="output">Of a resumed run the newest output that its rows tell of.</param>
internal sealed class RunValues(RunInput? input, StoredValue? output = null)
{
    private readonly Lock _gate = new();
    private StoredValue? _output = output;
    private bool _isNew;

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
