namespace Cano.Reliability.Signals;

/// <summary>Hears what a store is asked, before it is, and what it says.</summary>
internal interface IHearsStore
{
    /// <summary>Whether the run has a row, or may have one.</summary>
    bool IsThere(string id);

    /// <summary>A row is on its way.</summary>
    void Try(string id, CheckpointRow row);

    /// <summary>It is durable.</summary>
    void Acknowledge(string id, CheckpointRow row);

    /// <summary>Somebody looks into the run's inbox.</summary>
    void Read(string id, IReadOnlyList<InboxItem> items);

    /// <summary>The run is about to be forgotten.</summary>
    void TryClear(string id);

    /// <summary>It is forgotten.</summary>
    void Clear(string id);
}
