using Cano.Runtime.Checkpoints;
using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>Stores that keep an inbox, and stores that keep none.</summary>
public sealed class StoreInboxTests
{
    [Fact]
    [Trait("ID", "U8")]
    public async Task A_store_without_an_inbox_refuses_what_is_sent_with_a_sentence()
    {
        await using var store = new FiveMemberStore();

        var refusal = Assert.Throws<CanoException>(() => StoreInbox.Of(store));

        Assert.Equal("checkpoint_store", refusal.Error.Category);
        Assert.Contains("keeps no inbox", refusal.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_before_another_has_an_inbox_when_that_has_one()
    {
        await using var without = new DelegatingCheckpointStore(new FiveMemberStore());
        await using var with = new DelegatingCheckpointStore(new MemoryCheckpointStore());

        Assert.Null(without.Inbox);
        Assert.Same(with, with.Inbox);
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task An_entry_has_the_instant_of_its_stores_clock()
    {
        var time = new VirtualTime();
        await using var store = new MemoryCheckpointStore(time);
        await store.AppendMany("a", 0, 1);
        time.Advance(TimeSpan.FromMinutes(1));

        await store.AcceptAsync("a", InboxItem.Signal("paid"));

        Assert.Equal(time.GetUtcNow(), Assert.Single(await store.ReadInboxAsync("a")).AcceptedAt);
    }

    [Fact]
    public void Half_a_character_is_no_name()
    {
        Assert.Throws<ArgumentException>(() => InboxItem.Signal("\ud800"));
        Assert.Throws<ArgumentException>(() => InboxItem.Signal("paid", "\ud800"));
        Assert.Throws<ArgumentException>(() => InboxItem.Cancel("\ud800"));
    }

    [Fact]
    public void An_entry_comes_back_from_its_bytes()
    {
        var item = InboxItem.Signal("paid", "1", new StoredValue([1, 2], "Payment"), "aes");

        Assert.Equal(item, InboxItem.FromBytes(item.ToBytes()));
        Assert.Equal(InboxItem.Cancel(), InboxItem.FromBytes(InboxItem.Cancel().ToBytes()));
        Assert.Throws<CanoException>(() => InboxItem.FromBytes(item.ToBytes()[..^1]));
    }
}
