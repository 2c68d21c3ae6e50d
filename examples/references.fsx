[<AutoOpen>]
module References

// Cano for scripts and notebooks, from the folder that its F# tests are built into by
// `dotnet build -c Release`, which holds the testing package and FsCheck too.
#I "../artifacts/bin/FSharp/release"
#r "Cano.Kernel.dll"
#r "Cano.Runtime.dll"
#r "Cano.Faster.dll"
#r "Cano.CSharp.dll"
#r "Cano.FSharp.dll"
#r "Cano.Testing.dll"
#r "FsCheck.dll"
#r "LanguageExt.Core.dll"
#r "Microsoft.Extensions.Logging.Abstractions.dll"

/// Waits for what a task gives: a script has nothing else to do.
let await (work: System.Threading.Tasks.Task<'T>) : 'T = work.GetAwaiter().GetResult()
