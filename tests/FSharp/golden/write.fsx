// Writes a golden journal of cases into a folder that is not there yet, what it says beside it:
//     dotnet fsi tests/FSharp/golden/write.fsx tests/FSharp/golden/posts-3
//     cd tests/FSharp/golden && sha256sum posts-3/* >> SHA256SUMS
#load "../../../examples/references.fsx"
#load "../Posts.fs"

open System.IO
open Cano.FSharp.Tests

let folder = fsi.CommandLineArgs[1]

if Directory.Exists folder then
    failwith $"{folder} is there: golden journals are never written again"

Directory.CreateDirectory folder |> ignore
Posts.write folder |> await
File.Delete(Path.Combine(folder, "journal.lock"))

// Reading resumes the runs, so it reads a copy.
let copy = Directory.CreateTempSubdirectory("cano-golden-").FullName

for path in Directory.GetFiles folder do
    File.Copy(path, Path.Combine(copy, string (Path.GetFileName path)))

File.WriteAllLines(Path.Combine(folder, "expected.txt"), Posts.read copy |> await)
Directory.Delete(copy, true)
