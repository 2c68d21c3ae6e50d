using System.Text.Json;

namespace Cano.Reliability.Signals;

/// <summary>What a signal carries.</summary>
/// <param name="Number">Tells it from all others; the same one may be sent twice with an id.</param>
/// <param name="Next">Where the run that takes it goes.</param>
/// <param name="Pad">Makes some of them longer than what a disk writes at once.</param>
internal sealed record Letter(int Number, string Next, string Pad)
{
    public static Letter Of(InboxItem item) =>
        JsonSerializer.Deserialize<Letter>(item.Payload!.Json) ?? throw new Broken($"{item} carries nothing");
}
