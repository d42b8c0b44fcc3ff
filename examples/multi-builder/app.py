import subprocess
import sys

text = sys.argv[1] if len(sys.argv) > 1 else "pith"
done = subprocess.run(["/usr/local/bin/checksum"], input=text, capture_output=True, text=True, check=True)
print(f"checksum of {text}: {done.stdout.strip()}")
