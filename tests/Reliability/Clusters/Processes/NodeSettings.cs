using System.Text.Json;

namespace Cano.Reliability.Clusters.Processes;

/// <summary>What a node's process is told when it begins.</summary>
/// <param name="Connection">Its way to the database.</param>
/// <param name="Schema">The store's; the program's own tables are in one of that name with `_own`
/// behind.</param>
/// <param name="Name">Of the node.</param>
/// <param name="Ledger">The file of its ledger.</param>
internal sealed record NodeSettings(string Connection, string Schema, string Name, string Ledger)
{
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>How long its bodies work at most.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a run waits for what nobody sends.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The versions of the workflow that it knows; what it starts is of the last.</summary>
    public uint[] Versions { get; init; } = [1];

    /// <summary>It has a schedule.</summary>
    public bool IsScheduled { get; init; }

    public string ToText() => JsonSerializer.Serialize(this);

    public static NodeSettings Of(string text) => JsonSerializer.Deserialize<NodeSettings>(text)!;
}
