namespace Cano.Testing.Simulations;

/// <summary>Rows that are in their place and go down with the process.</summary>
internal sealed class AcceptedRows
{
    private readonly Queue<AcceptedRow> _rows = [];

    /// <summary>The newest of them; null when all rows are durable.</summary>
    public CheckpointRow? Newest { get; private set; }

    /// <summary>A row is in its place.</summary>
    public void Add(AcceptedRow row)
    {
        _rows.Enqueue(row);
        Newest = row.Row;
    }

    /// <summary>The oldest of them, which is about to be written.</summary>
    public bool TryPeek(out AcceptedRow row) => _rows.TryPeek(out row);

    /// <summary>They are lost.</summary>
    public void Clear()
    {
        _rows.Clear();
        Newest = null;
    }

    /// <summary>It is durable.</summary>
    public void Wrote()
    {
        _rows.Dequeue();
        if (_rows.Count == 0)
            Newest = null;
    }
}

/// <summary>A row that was accepted.</summary>
/// <param name="Row">The row.</param>
/// <param name="Fence">The fence of its writer.</param>
/// <param name="IsToRest">Whether the run had been told to rest by then.</param>
internal readonly record struct AcceptedRow(CheckpointRow Row, long Fence, bool IsToRest);
