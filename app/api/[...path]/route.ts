import { noDoor } from "@/server/api/public/door";

export { noDoor as GET, noDoor as POST, noDoor as PUT, noDoor as PATCH, noDoor as DELETE };
