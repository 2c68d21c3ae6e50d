// What a journal keeps of a value, over a change of the key: `dotnet run --project examples/Encrypted`.
using Cano.Examples.Encrypted;

KeyChange.Run(Console.Out);
