namespace Cano.Integration.Data;

public sealed class MemoryStoreTests
{
    public static TheoryData<bool> Kinds => [false, true];

    [Theory]
    [Trait("ID", "P7")]
    [MemberData(nameof(Kinds))]
    public void A_missing_key_is_named(bool durable)
    {
        var error = Failures.Of(() => Make(durable).Get<int>("k"));
        Assert.Equal(("store", "Key 'k' not found in store"), (error.Category, error.Message));
    }

    [Theory]
    [Trait("ID", "P7")]
    [MemberData(nameof(Kinds))]
    public void A_wrong_type_is_told_and_the_value_kept(bool durable)
    {
        var store = Make(durable);
        store.Put("k", "text");
        var error = Failures.Of(() => store.Get<int>("k"));
        Assert.Equal("store", error.Category);
        Assert.StartsWith(
            "Cannot downcast value for key 'k' to requested type",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("text", store.Get<string>("k"));
    }

    [Fact]
    [Trait("ID", "P7")]
    public void A_wrong_type_names_key_stored_and_wanted_type()
    {
        var plain = new MemoryStore();
        plain.Put("k", new List<int>());
        Assert.Equal(
            "Cannot downcast value for key 'k' to requested type: it is List<Int32>, not List<String>",
            Failures.Of(() => plain.Get<List<string>>("k")).Message
        );
        var durable = MemoryStore.Durable();
        durable.Put("k", "text");
        Assert.StartsWith(
            "Cannot downcast value for key 'k' to requested type: it is a JSON string, not List<String>: ",
            Failures.Of(() => durable.Get<List<string>>("k")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "P7")]
    public void Whatever_a_type_throws_when_it_is_read_or_written_is_a_store_error_that_names_the_key()
    {
        var store = MemoryStore.Durable();
        store.Put("picky", -1);
        store.Put("order", new Order("book", -2));
        var read = Failures.Of(() => store.Get<Picky>("order"));
        var written = Failures.Of(() => store.Put("picky", new Hostile()));
        Assert.Equal(("store", "store"), (read.Category, written.Category));
        Assert.Contains("'order'", read.Message, StringComparison.Ordinal);
        Assert.Contains("Picky", read.Message, StringComparison.Ordinal);
        Assert.Contains("'picky'", written.Message, StringComparison.Ordinal);
        Assert.Contains("Hostile", written.Message, StringComparison.Ordinal);
        Assert.Equal(-1, store.Get<int>("picky"));
    }

    [Theory]
    [Trait("ID", "P8")]
    [MemberData(nameof(Kinds))]
    public void A_value_is_overwritten_whatever_its_type(bool durable)
    {
        var store = Make(durable);
        store.Put("k", 1);
        store.Put("k", "two");
        Assert.Equal("two", store.Get<string>("k"));
        Assert.Equal(1, store.Count);
    }

    [Theory]
    [Trait("ID", "P8")]
    [MemberData(nameof(Kinds))]
    public void Keys_come_and_go(bool durable)
    {
        var store = Make(durable);
        Assert.False(store.Remove("none"));
        store.Put("a", 1);
        store.Put<string?>("b", null);
        Assert.Equal(["a", "b"], store.Keys.Order());
        Assert.True(store.Contains("b"));
        Assert.Null(store.Get<string?>("b"));
        Assert.True(store.Remove("a"));
        Assert.False(store.Contains("a"));
        store.Clear();
        Assert.Equal(0, store.Count);
    }

    [Theory]
    [Trait("ID", "P8")]
    [MemberData(nameof(Kinds))]
    public void A_value_may_be_asked_for_with_a_fallback(bool durable)
    {
        var store = Make(durable);
        Assert.Equal(7, store.GetOr("k", 7));
        Assert.False(store.TryGet<int>("k", out _));
        store.Put("k", 8);
        Assert.Equal(8, store.GetOr("k", 7));
        Assert.True(store.TryGet<int>("k", out var value));
        Assert.Equal(8, value);
    }

    [Theory]
    [Trait("ID", "P9")]
    [MemberData(nameof(Kinds))]
    public void Appending_makes_a_list_and_goes_on_with_one_that_was_put(bool durable)
    {
        var store = Make(durable);
        store.Append("made", 1);
        store.Append("made", 2);
        store.Put("put", new List<int> { 3 });
        store.Append("put", 4);
        Assert.Equal([1, 2], store.Get<List<int>>("made"));
        Assert.Equal([3, 4], store.Get<int[]>("put"));
    }

    [Theory]
    [Trait("ID", "P9")]
    [MemberData(nameof(Kinds))]
    public void Appending_to_something_else_fails_and_keeps_it(bool durable)
    {
        var store = Make(durable);
        store.Put("k", 1);
        Assert.Equal("store", Failures.Of(() => store.Append("k", 2)).Category);
        Assert.Equal(1, store.Get<int>("k"));
    }

    [Theory]
    [Trait("ID", "P9")]
    [MemberData(nameof(Kinds))]
    public void Appending_to_a_null_that_was_put_fails_and_keeps_it(bool durable)
    {
        var store = Make(durable);
        store.Put<string?>("k", null);
        var error = Failures.Of(() => store.Append("k", 2));
        Assert.Contains("'k'", error.Message, StringComparison.Ordinal);
        Assert.True(store.TryGet<string?>("k", out var kept));
        Assert.Null(kept);
    }

    [Theory]
    [Trait("ID", "P9")]
    [MemberData(nameof(Kinds))]
    public async Task Appends_of_many_threads_all_arrive(bool durable)
    {
        var store = Make(durable);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(thread => Task.Run(() => Append(store, thread))));
        Assert.Equal(Enumerable.Range(0, 50), store.Get<List<int>>("k").Order());
    }

    [Fact]
    [Trait("ID", "P9")]
    public void An_item_may_be_added_to_a_list_of_deeply_nested_values_that_was_put()
    {
        var deep = Enumerable
            .Range(0, 100)
            .Aggregate(new Nested(0, null), (inner, depth) => new Nested(depth, inner));
        var store = MemoryStore.Durable();
        store.Put("k", new[] { deep });
        store.Append("k", deep);
        Assert.Equal([deep, deep], store.Get<Nested[]>("k"));
    }

    [Fact]
    [Trait("ID", "P10")]
    public void A_plain_store_gives_back_the_same_instance()
    {
        var store = new MemoryStore();
        var value = new object();
        store.Put("k", value);
        Assert.Same(value, store.Get<object>("k"));
    }

    [Fact]
    [Trait("ID", "P8")]
    public void A_durable_store_gives_back_a_fresh_copy_by_the_type_asked_for()
    {
        var store = MemoryStore.Durable();
        store.Put("k", new Order("book", 2));
        Assert.Equal(new Order("book", 2), store.Get<Order>("k"));
        Assert.NotSame(store.Get<Order>("k"), store.Get<Order>("k"));
        store.Put("pair", ("a", 1));
        Assert.Equal(("a", 1), store.Get<(string, int)>("pair"));
    }

    [Fact]
    public void A_durable_store_refuses_a_value_that_cannot_be_serialised()
    {
        var store = MemoryStore.Durable();
        var error = Failures.Of(() => store.Put("k", new Action(() => { })));
        Assert.Equal("store", error.Category);
        Assert.Contains(
            "type Action cannot be serialised; give plain data",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.False(store.Contains("k"));
    }

    [Fact]
    public void A_cycle_is_refused_without_repeating_its_whole_path()
    {
        var error = Failures.Of(() => MemoryStore.Durable().Put("k", new Circle()));
        Assert.Contains("possible object cycle", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 0, 500);
    }

    private static MemoryStore Make(bool durable) => durable ? MemoryStore.Durable() : new MemoryStore();

    private static void Append(MemoryStore store, int thread)
    {
        for (var i = 0; i < 10; i++)
            store.Append("k", (thread * 10) + i);
    }

    private sealed record Nested(int Depth, Nested? Inner);

    private sealed class Circle
    {
        public Circle Round => this;
    }

    private sealed record Picky
    {
        public Picky(string item, int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            (Item, Count) = (item, count);
        }

        public string Item { get; }

        public int Count { get; }
    }

    private sealed class Hostile
    {
        public int Value => throw new IOException("no value today");
    }

    private sealed record Order(string Item, int Count);
}
