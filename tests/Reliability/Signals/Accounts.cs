namespace Cano.Reliability.Signals;

/// <summary>What is known of each run that gets letters; none of them is forgotten.</summary>
internal sealed class Accounts(IReadOnlyDictionary<string, Account> accounts) : IHearsStore
{
    public bool IsThere(string id) => accounts[id].IsThere;

    public void Try(string id, CheckpointRow row) => accounts[id].Try(row);

    public void Acknowledge(string id, CheckpointRow row) => accounts[id].Acknowledge(row);

    public void Read(string id, IReadOnlyList<InboxItem> items) => accounts[id].Read(items);

    public void TryClear(string id) { }

    public void Clear(string id) { }
}
