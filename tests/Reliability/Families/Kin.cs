namespace Cano.Reliability.Families;

/// <summary>One run, from its first row until it is forgotten; another one may have its id then.</summary>
internal sealed class Kin(string id)
{
    public string Id => id;

    public List<KinRow> Rows { get; } = [];

    /// <summary>When somebody set about forgetting it; null: nobody has.</summary>
    public int? ClearTriedAt { get; set; }

    /// <summary>It is forgotten.</summary>
    public bool IsCleared { get; set; }

    public RunStart Start => Rows[0].Told.Start!;

    public RunParent? Parent => Start.Parent;

    /// <summary>The newest row that is no snapshot.</summary>
    public KinRow Newest => Rows.FindLast(row => row.Stored.Kind != RowKind.Snapshot)!;

    public bool HasEnded => Newest.IsEnd;

    public bool IsCancelled => Rows.Exists(row => row.Fact.IsCancelRequested);

    public override string ToString() =>
        $"{id}{(IsCleared ? " (forgotten)" : "")} of {Parent?.RunId ?? "nobody"}:\n    {string.Join("\n    ", Rows)}";
}
