using Cano.Runtime.Data;

namespace Cano.Testing.Simulations;

/// <summary>A signal that is sent in a simulation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Payload">Draws what one of them carries; null for nothing.</param>
internal sealed record SimulatedSignal(string Name, Func<Random, ValueCodec, StoredValue?> Payload);
