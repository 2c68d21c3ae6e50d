namespace Cano.Examples.Agent;

/// <summary>What a run knows so far. It is in the run's durable store, so that each row has it.</summary>
public sealed class Memory(MemoryStore store)
{
    public const string PlanKey = "plan";
    public const string DeedsKey = "deeds";
    public const string WantedKey = "wanted";

    public string Plan
    {
        get => store.Get<string>(PlanKey);
        set => store.Put(PlanKey, value);
    }

    /// <summary>What the model wants done next.</summary>
    public ToolCall Wanted
    {
        get => store.Get<ToolCall>(WantedKey);
        set => store.Put(WantedKey, value);
    }

    public Deed[] Deeds => store.GetOr<Deed[]>(DeedsKey, []);

    /// <summary>The number of what is wanted, from 1.</summary>
    public int Step => Deeds.Length + 1;

    public void Add(Deed deed) => store.Put<Deed[]>(DeedsKey, [.. Deeds, deed]);
}
